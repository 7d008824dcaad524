"""Delivery of daily tips and of reminders of promises: scheduled on time, posted at most once, through any failure."""

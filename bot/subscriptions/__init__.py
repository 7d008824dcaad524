"""Requests about the daily tip, and the times and dates that follow from them."""

"""The daily tip and the promise: due on time, posted once, whatever breaks."""

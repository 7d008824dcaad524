"""The daily tip and the question about a promise: due on time, posted once, whatever breaks."""

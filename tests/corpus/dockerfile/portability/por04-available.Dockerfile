FROM --platform=linux/arm64 mysql:8.4

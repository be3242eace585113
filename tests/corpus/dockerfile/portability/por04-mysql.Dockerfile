FROM --platform=linux/s390x mysql:8.4

FROM alpine:3.22
ADD app.py /app/

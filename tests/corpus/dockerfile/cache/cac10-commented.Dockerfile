FROM alpine:3.22
RUN mkdir /data
# slow, so on its own
RUN apk add --no-cache ffmpeg=6.1.2-r1

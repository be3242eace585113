FROM alpine:3.22
RUN chmod -R 777 /data

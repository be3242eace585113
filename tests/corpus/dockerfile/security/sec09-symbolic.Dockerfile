FROM alpine:3.22
RUN chmod a+rwx /data

FROM debian:12-slim
RUN ln -s /bin/busybox /bin/ash

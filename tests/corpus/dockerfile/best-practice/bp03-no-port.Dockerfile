FROM debian:12-slim
CMD ["job"]

FROM debian:12-slim
CMD ["sh", "-c", "migrate && exec serve"]

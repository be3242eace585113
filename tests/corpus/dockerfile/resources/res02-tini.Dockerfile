FROM debian:12-slim
ENTRYPOINT ["tini", "--"]
CMD ["sh", "-c", "migrate && serve"]

FROM debian:12-slim
CMD ["supervisord", "-n"]

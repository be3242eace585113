FROM debian:12-slim
CMD cron && nginx -g 'daemon off;'

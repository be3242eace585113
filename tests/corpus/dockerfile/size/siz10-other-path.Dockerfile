FROM node:22.14-slim
COPY . /app
RUN mkdir /data && chown -R node:node /data

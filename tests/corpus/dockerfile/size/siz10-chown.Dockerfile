FROM node:22.14-slim
WORKDIR /app
COPY . /app
RUN chown -R node:node /app

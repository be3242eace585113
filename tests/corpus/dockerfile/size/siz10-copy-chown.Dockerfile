FROM node:22.14-slim
WORKDIR /app
COPY --chown=node:node . /app

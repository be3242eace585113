FROM node:22.14-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package*.json ./
RUN npm ci

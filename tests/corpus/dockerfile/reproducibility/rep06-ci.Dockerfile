FROM node:22.14-slim
COPY package*.json ./
RUN npm ci --omit=dev
RUN npm install -g serve@14.2.4

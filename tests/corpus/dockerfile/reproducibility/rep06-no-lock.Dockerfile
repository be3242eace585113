FROM node:22.14-slim
COPY package.json ./
RUN npm install --omit=dev

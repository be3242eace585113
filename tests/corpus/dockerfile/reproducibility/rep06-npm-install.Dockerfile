FROM node:22.14-slim
COPY package.json package-lock.json ./
RUN npm install --omit=dev

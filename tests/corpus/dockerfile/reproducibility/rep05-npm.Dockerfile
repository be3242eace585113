FROM node:22.14-slim
RUN npm install -g pm2

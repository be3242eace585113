FROM node:22.14-slim
RUN npm install -g serve@14.2.4

FROM node:16.20-alpine

FROM node
MAINTAINER joe
ENV API_KEY=abc
ADD . /app
RUN apt-get update
RUN apt-get install vim
RUN cd /app && npm install
RUN curl -sL https://example.com/setup | sudo bash -
EXPOSE 3000
CMD npm start

FROM debian:12-slim
RUN apt-get install -qy curl && apt-get -y install git && apt-get install --yes jq && apt-get -qq install x
RUN yum -y install httpd && zypper -n install curl && dnf install -y x

FROM redhat/ubi9:9.5
RUN microdnf install -y tar

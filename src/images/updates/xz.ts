// By a file of its own: what is imported on demand from CommonJS has no names in a bundle.
export { XzReadableStream } from 'xz-decompress';

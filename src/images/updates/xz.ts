// By a file of its own: what is imported on demand from CommonJS has no names in a bundle, and no names of its own in Node.
import xz from 'xz-decompress';

export const { XzReadableStream } = xz;

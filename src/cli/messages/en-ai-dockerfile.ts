/** Texts of the commands about Dockerfiles; what the findings say is in `#dockerfile`. */
export const enAiDockerfile = {
  'ai.rate.noDockerfile': 'There is no Dockerfile in {path}.',
  'ai.rate.noDockerfileHint': 'Name one, or make one with: gantry ai generate',
  'help.ai.rate': 'rate Dockerfiles and say how to improve them',
  'help.ai.rate.path': 'Dockerfiles, folders, or - for standard input (default: this folder)',
  'help.ai.rate.format': 'what to print',
  'help.ai.rate.output': 'write the report to this file',
  'help.ai.rate.failUnder': 'end with exit code 1 when a file has fewer points (0 to 100)',
  'help.ai.rate.failOn': 'end with exit code 1 when there is a finding of this severity or worse',
  'help.ai.rate.context': 'folder of the build context (default: where the Dockerfile is)',
  'help.ai.rate.config': 'settings file (default: .gantry-dockerfile.yaml here or above)',
  'help.ai.rate.explain': 'also say why each finding matters',
  'help.ai.rate.color': 'colours in the output',
} as const;

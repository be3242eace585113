import { AppError } from '#core';

export function noProfile(profile: string): AppError {
  return new AppError('mcp.profile_not_found', `There is no profile ${profile}.`, {
    hint: 'See which there are: gantry mcp profile ls',
    params: { profile },
  });
}

export function profileExists(profile: string): AppError {
  return new AppError('mcp.profile_conflict', `There is a profile ${profile} already.`, {
    hint: `Choose another name, or remove it first: gantry mcp profile rm ${profile}`,
    params: { profile },
  });
}

export function badProfileId(profile: string): AppError {
  return new AppError('request.invalid', `${JSON.stringify(profile.slice(0, 80))} cannot be the id of a profile.`, {
    hint: 'Use letters, digits, - and _, 64 at most.',
    params: { reason: 'profile_id', profile: profile.slice(0, 80) },
  });
}

export function notInProfile(server: string, profile: string): AppError {
  return new AppError('mcp.server_not_found', `There is no server ${server} in the profile ${profile}.`, {
    hint: `See which there are: gantry mcp profile show ${profile}`,
    params: { reason: 'profile', server, profile },
  });
}

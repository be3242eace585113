import { useSearchParams } from 'react-router';

export const usualProfile = 'default';

/** The profile that the page is about: in its address, so that it can be shared and gone back from. */
export function useProfile(): {
  readonly profile: string;
  readonly choose: (profile: string) => void;
  readonly query: string;
} {
  const [params, setParams] = useSearchParams();
  const profile = params.get('profile') ?? usualProfile;
  return {
    profile,
    choose: (next) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        if (next === usualProfile) after.delete('profile');
        else after.set('profile', next);
        return after;
      }),
    query: profile === usualProfile ? '' : `?profile=${encodeURIComponent(profile)}`,
  };
}

/** ` --profile ID` for commands that take one. */
export function profileFlag(profile: string): string {
  return profile === usualProfile ? '' : ` --profile ${profile}`;
}

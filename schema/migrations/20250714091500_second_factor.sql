-- A story that is deleted is gone: ask for the second factor first. Anonymous sign-ins (role authenticated, claim
-- is_anonymous) may try the editor but not fill the tables.

create policy "Deleting a story needs the second factor" on public.stories
  as restrictive for delete to authenticated
  using ((select auth.jwt()) ->> 'aal' = 'aal2');
comment on policy "Deleting a story needs the second factor" on public.stories is
  'Restrictive: it takes away from what the other policies allow. Level aal2 is reached with a second factor.';

create policy "Anonymous sign-ins create no characters" on public.character_profiles
  as restrictive for insert to authenticated
  with check (((select auth.jwt()) ->> 'is_anonymous')::boolean is not true);
comment on policy "Anonymous sign-ins create no characters" on public.character_profiles is
  'A visitor who signed in anonymously has role authenticated too; the claim tells the difference.';

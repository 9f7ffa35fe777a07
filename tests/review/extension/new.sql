create schema extensions;
create extension citext with schema extensions;
create extension unaccent with schema extensions;

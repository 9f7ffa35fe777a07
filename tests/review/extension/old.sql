create extension citext with schema public;
create extension hstore with schema public;

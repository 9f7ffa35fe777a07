create schema app authorization joe;
comment on schema app is 'All of it';

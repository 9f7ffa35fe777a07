create role joe login;
create role ann;

create role joe login bypassrls;
create role bob;

"""The model: frozen facts, and the `Database` that holds them. Everything else imports it from here."""

from schemabook.model.database import (
    Database,
    Exposed,
    Input,
    Provided,
    Receipt,
    Statement,
    Unread,
)
from schemabook.model.facts import (
    Argument,
    Attribute,
    Column,
    Constraint,
    DomainCheck,
    Extension,
    Index,
    IndexKey,
    Other,
    Policy,
    Reference,
    Relation,
    Role,
    Routine,
    Schema,
    Sequence,
    Trigger,
    Type,
    VirtualForeignKey,
)
from schemabook.model.finding import Code, Finding, Severity, annotation
from schemabook.model.identity import (
    ObjectId,
    ObjectKind,
    column_id,
    relation_id,
    routine_id,
    schema_id,
    sequence_id,
    type_id,
    without_schema,
)
from schemabook.model.kinds import KIND_OF, KINDS, Kind, key_of
from schemabook.model.names import (
    ColumnName,
    Command,
    ConstraintKind,
    Identity,
    Name,
    RelationKind,
    RoutineKind,
    Signature,
    Sql,
    Target,
    TypeKind,
    as_said,
    spellings,
    split_tokens,
    type_within,
)
from schemabook.model.privileges import DEFAULT_TO_PUBLIC, PRIVILEGES, PUBLIC, DefaultPrivilege, Privilege
from schemabook.model.publications import Publication, PublishedTable
from schemabook.model.secrets import Secret
from schemabook.model.statistics import (
    TableStatistics,
    format_bytes,
    parse_bytes,
)

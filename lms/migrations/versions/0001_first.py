"""Every table of the first release."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index("ix_failed_sign_in_subject_at", "failed_sign_in", ["subject", "at"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"], unique=False)
    op.create_table(
        "leaf",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=60), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_leaf")),
        sa.UniqueConstraint("hash", name=op.f("uq_leaf_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_leaf_previous_hash")),
    )
    op.create_index("ix_leaf_actor_id_seq", "leaf", ["actor_id", "seq"], unique=False)
    op.create_index("ix_leaf_subject_id", "leaf", ["subject_id"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('provider', 'client')", name=op.f("ck_organisation_kind")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisation.id"], name=op.f("fk_organisation_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=20), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_phone_number", sa.String(length=20), nullable=True),
        sa.Column("tf_counters", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("mf_recovery_codes", sa.UnicodeText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_person_fs_webauthn_user_handle")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.String(length=80), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("rules_version", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("looks", sa.String(length=10), nullable=False),
        sa.Column("own_label", sa.String(length=10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('quiz', 'drill')", name=op.f("ck_attempt_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attempt_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_attempt_person_id")),
    )
    op.create_index(
        "ix_attempt_person_id_activity_id", "attempt", ["person_id", "activity_id", "created_at"], unique=False
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standard_id", sa.String(length=40), nullable=False),
        sa.Column("standard_version", sa.Integer(), nullable=False),
        sa.Column("standard_hash", sa.String(length=64), nullable=False),
        sa.Column("readiness", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('not_yet', 'stay', 'ready')", name=op.f("ck_decision_kind")),
        sa.CheckConstraint("decided_by <> person_id", name=op.f("ck_decision_nobody_decides_about_themselves")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_decision_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("decided_by", "key", name=op.f("uq_decision_decided_by")),
    )
    op.create_index("ix_decision_person_id_decided_at", "decision", ["person_id", "decided_at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_draft_person_id")),
    )
    op.create_table(
        "lesson_done",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lesson_done_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_done")),
        sa.UniqueConstraint("person_id", "lesson_id", name=op.f("uq_lesson_done_person_id")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_message_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
    )
    op.create_index("ix_message_organisation_id_created_at", "message", ["organisation_id", "created_at"], unique=False)
    op.create_index(op.f("ix_message_person_id"), "message", ["person_id"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=20), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.UnicodeText(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_passkey_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_passkey_user_id")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_in_token_digest")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_unit_organisation_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_unit_organisation_id")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=28), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("holder_name", sa.String(length=90), nullable=False),
        sa.Column("award", sa.String(length=120), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("issuer_id <> person_id", name=op.f("ck_certificate_nobody_certifies_themselves")),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_certificate_level")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_certificate_decision_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["person.id"], name=op.f("fk_certificate_issuer_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisation.id"], name=op.f("fk_certificate_provider_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_certificate_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_certificate_decision_id")),
    )
    op.create_index(
        "ix_certificate_organisation_id_valid_until", "certificate", ["organisation_id", "valid_until"], unique=False
    )
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"], unique=False)
    op.create_index(op.f("ix_certificate_provider_id"), "certificate", ["provider_id"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("standard_id", sa.String(length=40), nullable=False),
        sa.Column("standard_version", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_enrolment_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisation.id"], name=op.f("fk_enrolment_provider_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_enrolment_trainer_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_enrolment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("person_id", "provider_id", "standard_id", name=op.f("uq_enrolment_person_id")),
    )
    op.create_index("ix_enrolment_organisation_id_unit_id", "enrolment", ["organisation_id", "unit_id"], unique=False)
    op.create_index("ix_enrolment_provider_id_trainer_id", "enrolment", ["provider_id", "trainer_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=True),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_invitation_trainer_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_invitation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_invitation_code_digest")),
        sa.UniqueConstraint("organisation_id", "role", "email", name=op.f("uq_invitation_organisation_id")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "role IN ('trainee', 'trainer', 'manager', 'administrator')", name=op.f("ck_membership_role")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("person_id", "organisation_id", "role", "started_on", name=op.f("uq_membership_person_id")),
    )
    op.create_index("ix_membership_organisation_id_role", "membership", ["organisation_id", "role"], unique=False)
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_table(
        "peer_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("facilitator_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("facilitator_id <> trainer_id", name=op.f("ck_peer_group_two_people")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_peer_group_created_by")),
        sa.ForeignKeyConstraint(["facilitator_id"], ["person.id"], name=op.f("fk_peer_group_facilitator_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_peer_group_organisation_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisation.id"], name=op.f("fk_peer_group_provider_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_peer_group_trainer_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_peer_group_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_group")),
        sa.UniqueConstraint("created_by", "key", name=op.f("uq_peer_group_created_by")),
    )
    op.create_index("ix_peer_group_facilitator_id", "peer_group", ["facilitator_id"], unique=False)
    op.create_index("ix_peer_group_organisation_id", "peer_group", ["organisation_id"], unique=False)
    op.create_index("ix_peer_group_provider_id", "peer_group", ["provider_id"], unique=False)
    op.create_index("ix_peer_group_trainer_id", "peer_group", ["trainer_id"], unique=False)
    op.create_table(
        "certificate_pdf",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_pdf_certificate_id")),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_pdf")),
    )
    op.create_table(
        "group_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("pseudonym", sa.String(length=80), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_group_member_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_group_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
    )
    op.create_index("ix_group_member_person_id", "group_member", ["person_id"], unique=False)
    op.create_index(
        "uq_group_member_person",
        "group_member",
        ["group_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("left_on IS NULL"),
        postgresql_where=sa.text("left_on IS NULL"),
    )
    op.create_index(
        "uq_group_member_pseudonym",
        "group_member",
        ["group_id", "pseudonym"],
        unique=True,
        sqlite_where=sa.text("left_on IS NULL"),
        postgresql_where=sa.text("left_on IS NULL"),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("starts_local", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_meeting_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("group_id", "starts_local", name=op.f("uq_meeting_group_id")),
    )
    op.create_table(
        "revocation",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_revocation_certificate_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_revocation_revoked_by")),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_revocation")),
    )
    op.create_table(
        "practice_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("phases", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("leading", sa.Integer(), nullable=False),
        sa.Column("advice", sa.Integer(), nullable=False),
        sa.Column("own_ratings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("keep", sa.Text(), nullable=False),
        sa.Column("differently", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('watched', 'shared', 'led')", name=op.f("ck_practice_session_role")),
        sa.CheckConstraint("state IN ('waiting', 'returned', 'signed')", name=op.f("ck_practice_session_state")),
        sa.CheckConstraint("trainer_id <> person_id", name=op.f("ck_practice_session_two_people")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_practice_session_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_practice_session_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_session_person_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_practice_session_trainer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_session")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_practice_session_id")),
        sa.UniqueConstraint("person_id", "group_id", "held_on", name="uq_practice_session_meeting"),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_practice_session_person_id")),
    )
    op.create_index("ix_practice_session_group_id", "practice_session", ["group_id"], unique=False)
    op.create_index(
        "ix_practice_session_trainer_id", "practice_session", ["trainer_id", "state", "submitted_at"], unique=False
    )
    op.create_table(
        "practice_return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("returned_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("returned_by <> person_id", name=op.f("ck_practice_return_two_people")),
        sa.ForeignKeyConstraint(["returned_by"], ["person.id"], name=op.f("fk_practice_return_returned_by")),
        sa.ForeignKeyConstraint(
            ["session_id", "person_id"],
            ["practice_session.id", "practice_session.person_id"],
            name=op.f("fk_practice_return_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_return")),
        sa.UniqueConstraint("session_id", "version", name=op.f("uq_practice_return_session_id")),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("signer_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meaning", sa.String(length=200), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rubric_version", sa.Integer(), nullable=False),
        sa.Column("rubric_hash", sa.String(length=64), nullable=False),
        sa.Column("ratings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_signature_level")),
        sa.CheckConstraint("signer_id <> person_id", name=op.f("ck_signature_two_people")),
        sa.ForeignKeyConstraint(
            ["session_id", "person_id"],
            ["practice_session.id", "practice_session.person_id"],
            name=op.f("fk_signature_session_id"),
        ),
        sa.ForeignKeyConstraint(["signer_id"], ["person.id"], name=op.f("fk_signature_signer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("session_id", name=op.f("uq_signature_session_id")),
    )
    op.create_index("ix_signature_signer_id", "signature", ["signer_id", "signed_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_signature_signer_id", table_name="signature")
    op.drop_table("signature")
    op.drop_table("practice_return")
    op.drop_index("ix_practice_session_trainer_id", table_name="practice_session")
    op.drop_index("ix_practice_session_group_id", table_name="practice_session")
    op.drop_table("practice_session")
    op.drop_table("revocation")
    op.drop_table("meeting")
    op.drop_index(
        "uq_group_member_pseudonym",
        table_name="group_member",
        sqlite_where=sa.text("left_on IS NULL"),
        postgresql_where=sa.text("left_on IS NULL"),
    )
    op.drop_index(
        "uq_group_member_person",
        table_name="group_member",
        sqlite_where=sa.text("left_on IS NULL"),
        postgresql_where=sa.text("left_on IS NULL"),
    )
    op.drop_index("ix_group_member_person_id", table_name="group_member")
    op.drop_table("group_member")
    op.drop_table("certificate_pdf")
    op.drop_index("ix_peer_group_trainer_id", table_name="peer_group")
    op.drop_index("ix_peer_group_provider_id", table_name="peer_group")
    op.drop_index("ix_peer_group_organisation_id", table_name="peer_group")
    op.drop_index("ix_peer_group_facilitator_id", table_name="peer_group")
    op.drop_table("peer_group")
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_index("ix_membership_organisation_id_role", table_name="membership")
    op.drop_table("membership")
    op.drop_table("invitation")
    op.drop_index("ix_enrolment_provider_id_trainer_id", table_name="enrolment")
    op.drop_index("ix_enrolment_organisation_id_unit_id", table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index(op.f("ix_certificate_provider_id"), table_name="certificate")
    op.drop_index(op.f("ix_certificate_person_id"), table_name="certificate")
    op.drop_index("ix_certificate_organisation_id_valid_until", table_name="certificate")
    op.drop_table("certificate")
    op.drop_table("unit")
    op.drop_index(op.f("ix_sign_in_person_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_table("passkey")
    op.drop_index(op.f("ix_message_person_id"), table_name="message")
    op.drop_index("ix_message_organisation_id_created_at", table_name="message")
    op.drop_table("message")
    op.drop_table("lesson_done")
    op.drop_table("draft")
    op.drop_index("ix_decision_person_id_decided_at", table_name="decision")
    op.drop_table("decision")
    op.drop_index("ix_attempt_person_id_activity_id", table_name="attempt")
    op.drop_table("attempt")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_index("ix_leaf_subject_id", table_name="leaf")
    op.drop_index("ix_leaf_actor_id_seq", table_name="leaf")
    op.drop_table("leaf")
    op.drop_index("ix_job_state_due_at", table_name="job")
    op.drop_table("job")
    op.drop_index("ix_failed_sign_in_subject_at", table_name="failed_sign_in")
    op.drop_table("failed_sign_in")

"""The environment, typed once."""

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What differs between stages. Read from `AFTERCARE_*` variables."""

    model_config = SettingsConfigDict(env_prefix="AFTERCARE_", frozen=True, extra="ignore")

    stage: str = "local"
    records_table: str = "aftercare-records"
    events_table: str = "aftercare-events"
    agenda_table: str = "aftercare-agenda"
    receipts_table: str = "aftercare-receipts"
    events_topic: str = ""
    """ARN of the topic that every event is published to."""
    alerts_topic: str = ""
    """ARN of the topic that rings people: promised calls, late promises, the warehouse."""
    mail_topic: str = ""
    """ARN of the topic on which SES reports sends, deliveries, bounces and complaints."""
    inbound_topic: str = ""
    """ARN of the topic on which SES hands in received mail."""
    photos_topic: str = ""
    """ARN of the topic on which S3 tells of files that were sent as photos."""
    notice_certificate: str = ""
    """PEM: whose signature notifications of those three topics must bear, where it is not SNS's
    own, such as an emulator's. Empty: SNS's, from its own host in the topic's region."""
    inbox_bucket: str = ""
    """Where verified deliveries wait that could not be committed yet."""
    photos_bucket: str = ""
    """Where browsers send photos, and where the pictures made of them are kept."""
    erasures_bucket: str = ""
    """Where every erasure is written down, outside the tables."""
    public_url: str = "http://127.0.0.1:8000"
    """The one address every link is built from; may carry a path prefix; no trailing slash."""
    mail_domain: str = "aftercare.example"
    """The verified SES domain that mail is sent from and replied to."""
    configuration_set: str = ""
    """The SES configuration set that reports what became of a mail."""
    max_body_bytes: int = Field(default=5_000_000, gt=0)

    @property
    def parameter_prefix(self) -> str:
        """Where this stage's secrets lie in SSM Parameter Store."""
        return f"/aftercare/{self.stage}"


@cache
def settings() -> Settings:
    return Settings()

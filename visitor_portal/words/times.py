"""Days and hours as people read them: at the facility, and where the visitor is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime, format_time, get_timezone_name

from visitor_portal.words import Tongue
from visits.clock import FacilityTime
from visits.model import Slot

ZONE_COOKIE = "visitline-zone"
"""Set by `zone.js` to the browser's IANA zone; without it only facility times are shown."""


def visitor_zone(cookies: Mapping[str, str]) -> ZoneInfo | None:
    """The zone the browser told; None when it told none or nonsense."""
    name = cookies.get(ZONE_COOKIE, "").replace("%2F", "/")
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@dataclass(frozen=True)
class TimeWords:
    """Formats instants in one language."""

    tongue: Tongue
    own_zone: ZoneInfo | None

    def day(self, instant: datetime, at: FacilityTime) -> str:
        """Monday, November 23"""
        return self._day(instant, at.zone)

    def hour(self, instant: datetime, at: FacilityTime) -> str:
        """2:30 PM"""
        return self._hour(instant, at.zone)

    def own_hour(self, instant: datetime, at: FacilityTime) -> str:
        """The same hour where the visitor is; empty when clocks agree or the zone is unknown."""
        zone = self._differing(instant, at)
        return self._hour(instant, zone) if zone else ""

    def until(self, instant: datetime, at: FacilityTime, now: datetime) -> str:
        """2:30 PM; with its day when that is not today: Tuesday, November 24, 2:30 PM"""
        hour = self.hour(instant, at)
        if at.day(instant) == at.day(now):
            return hour
        return f"{self._day_inside(instant, at.zone)}, {hour}"

    def calendar_day(self, day: date) -> str:
        """Monday, November 23, inside a sentence: of a day that is the facility's own"""
        return self._day_inside(datetime.combine(day, time(12), UTC), UTC)

    def span(self, slot: Slot, at: FacilityTime) -> str:
        """2:30 PM to 3:00 PM"""
        return self._span(slot, at.zone)

    def zone(self, instant: datetime, at: FacilityTime) -> str:
        """Central Standard Time"""
        return self._zone_name(instant, at.zone)

    def own(self, slot: Slot, at: FacilityTime) -> str:
        """The same slot where the visitor is; empty when clocks agree or the zone is unknown."""
        zone = self._differing(slot.starts_at, at)
        if zone is None:
            return ""
        span = self._span(slot, zone)
        if slot.starts_at.astimezone(zone).date() != at.day(slot.starts_at):
            return f"{self._day(slot.starts_at, zone)}, {span}"
        return span

    def own_start(self, slot: Slot, at: FacilityTime) -> str:
        """When it starts where the visitor is, in few letters; empty as `own` is."""
        zone = self._differing(slot.starts_at, at)
        if zone is None:
            return ""
        here = slot.starts_at.astimezone(zone)
        hour = self._hour(slot.starts_at, zone)
        if here.date() != at.day(slot.starts_at):
            return f"{format_datetime(here, 'EEE', locale=self.tongue.locale)} {hour}"
        return hour

    def _differing(self, instant: datetime, at: FacilityTime) -> ZoneInfo | None:
        """The visitor's zone, if its clock shows another time than the facility's."""
        zone = self.own_zone
        if zone is None:
            return None
        there = at.local(instant)
        return None if instant.astimezone(zone).utcoffset() == there.utcoffset() else zone

    def own_name(self, instant: datetime) -> str:
        """The name of the visitor's zone; empty when unknown."""
        return self._zone_name(instant, self.own_zone) if self.own_zone else ""

    def minutes(self, slot: Slot) -> str:
        """30 minutes"""
        count = round(slot.length.total_seconds() / 60)
        return self.tongue.count("%(num)s minute", "%(num)s minutes", count)

    def date(self, instant: datetime, at: FacilityTime) -> str:
        """November 23, 2026"""
        return format_date(at.local(instant).date(), "long", locale=self.tongue.locale)

    def plain_date(self, iso: str) -> str:
        """April 27, 1985, from 1985-04-27: a date that belongs to no zone"""
        return format_date(date.fromisoformat(iso), "long", locale=self.tongue.locale)

    def month(self, instant: datetime, at: FacilityTime) -> str:
        """Nov"""
        return format_datetime(at.local(instant), "MMM", locale=self.tongue.locale)

    def day_number(self, instant: datetime, at: FacilityTime) -> str:
        """23"""
        return str(at.local(instant).day)

    def _day(self, instant: datetime, zone: tzinfo) -> str:
        text = self._day_inside(instant, zone)
        return text[:1].upper() + text[1:]

    def _day_inside(self, instant: datetime, zone: tzinfo) -> str:
        """As inside a sentence, where Spanish writes days small."""
        return format_datetime(
            instant.astimezone(zone), self._day_pattern(), locale=self.tongue.locale
        )

    def _day_pattern(self) -> str:
        return "EEEE d 'de' MMMM" if self.tongue.code == "es" else "EEEE, MMMM d"

    def _hour(self, instant: datetime, zone: tzinfo) -> str:
        return format_time(
            instant.astimezone(zone).timetz(), "short", locale=self.tongue.locale
        ).replace("\u202f", "\u00a0")

    def _span(self, slot: Slot, zone: tzinfo) -> str:
        return self.tongue.say(
            "%(start)s to %(end)s",
            start=self._hour(slot.starts_at, zone),
            end=self._hour(slot.ends_at, zone),
        )

    def _zone_name(self, instant: datetime, zone: tzinfo) -> str:
        return get_timezone_name(instant.astimezone(zone), locale=self.tongue.locale)

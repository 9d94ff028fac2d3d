"""Units of other standards, by the names that they have there: DTDL's words, and QUDT's codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from graph.errors import UnitInvalid
from graph.ontology.units import check_unit

# Our unit, DTDL's semantic type for a value, DTDL's unit.
_DTDL_TABLE: Final = """
kW Power kilowatt
W Power watt
MW Power megawatt
degC Temperature degreeCelsius
K Temperature kelvin
degF Temperature degreeFahrenheit
m Length metre
mm Length millimetre
cm Length centimetre
km Length kilometre
m**2 Area squareMetre
m**3 Volume cubicMetre
L Volume litre
L/s VolumeFlowRate litrePerSecond
L/h VolumeFlowRate litrePerHour
Pa Pressure pascal
kPa Pressure kilopascal
bar Pressure bar
mbar Pressure millibar
A Current ampere
mA Current milliampere
V Voltage volt
kV Voltage kilovolt
kWh Energy kilowattHour
J Energy joule
kJ Energy kilojoule
kg Mass kilogram
g Mass gram
t Mass tonne
s TimeSpan second
min TimeSpan minute
h TimeSpan hour
Hz Frequency hertz
kHz Frequency kilohertz
rpm AngularVelocity revolutionPerMinute
% RelativeHumidity percent
lux Illuminance lux
N Force newton
N*m Torque newtonMetre
m/s Velocity metrePerSecond
km/h Velocity kilometrePerHour
ohm Resistance ohm
F Capacitance farad
H Inductance henry
"""
# QUDT's code, our unit.
_QUDT_TABLE: Final = """
KiloW kW
W W
MegaW MW
DEG_C degC
K K
DEG_F degF
M m
MilliM mm
M2 m**2
M3 m**3
L L
L-PER-SEC L/s
M3-PER-HR m**3/h
M3-PER-SEC m**3/s
PA Pa
KiloPA kPa
BAR bar
A A
V V
KiloV kV
KiloW-HR kWh
J J
KiloGM kg
SEC s
MIN min
HR h
HZ Hz
PERCENT %
LUX lux
N N
N-M N*m
M-PER-SEC m/s
KiloV-A kVA
OHM ohm
REV-PER-MIN rpm
PPM ppm
"""
_DTDL: Final[Mapping[str, tuple[str, str]]] = {
    unit: (quantity, word) for unit, quantity, word in map(str.split, _DTDL_TABLE.split("\n")[1:-1])
}
_OF_DTDL: Final[Mapping[str, str]] = {word: unit for unit, (_, word) in _DTDL.items()}
_QUDT: Final[Mapping[str, str]] = dict(map(str.split, _QUDT_TABLE.split("\n")[1:-1]))
_TO_QUDT: Final[Mapping[str, str]] = {unit: code for code, unit in _QUDT.items()}
_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_POWERS: Final = {"square": "**2", "cubic": "**3"}


def dtdl_unit(unit: str | None) -> tuple[str, str] | None:
    """Return the semantic type and the unit of DTDL for one of ours, or None where it has none."""
    return None if unit is None else _DTDL.get(unit)


def unit_of_dtdl(word: str) -> str | None:
    """Return our unit for one of DTDL, e.g. `L/s` for `litrePerSecond`, or None where it is none that we know."""
    if word in _OF_DTDL:
        return _OF_DTDL[word]
    words = _CAPITAL.sub(" ", word.rpartition(":")[2].partition(";")[0]).lower().split()
    parts: list[str] = []
    for position, each in enumerate(words):
        if each in _POWERS:
            continue
        power = _POWERS.get(words[position - 1], "") if position else ""
        parts.append("/" if each == "per" else f"{'*' if parts and parts[-1] != '/' else ''}{each}{power}")
    return known_unit("".join(parts))


def qudt_unit(unit: str | None) -> str | None:
    """Return QUDT's code for one of our units."""
    return None if unit is None else _TO_QUDT.get(unit)


def unit_of_qudt(code: str) -> str | None:
    """Return our unit for a code of QUDT, or None where it is none that we know."""
    return _QUDT.get(code)


def known_unit(text: str) -> str | None:
    """Return a unit if it is one."""
    try:
        check_unit(text)
    except UnitInvalid:
        return None
    return text

"""Words that the campus is named with."""

from __future__ import annotations

from dataclasses import dataclass

PLACES = (
    "Northbridge", "Eastmoor", "Southmere", "Riverside", "Hillcrest", "Ashford", "Brookfield", "Clearwater",
    "Westhaven", "Dunmore", "Elmwood", "Fairview", "Glenmoor", "Hartwell", "Ironbridge", "Kingsmead",
    "Lakeside", "Maplewood", "Newhaven", "Oakridge", "Parkview", "Queensbury", "Redhill", "Stonefield", "Thornbury",
)  # fmt: skip
KINDS = ("Medical Campus", "University Hospital", "General Hospital", "Health Park")

BUILDINGS = (
    ("MH", "Main Hospital", "WARD"),
    ("OC", "Outpatient Clinic", "OFFICE"),
    ("LB", "Laboratory Building", "LABORATORY"),
    ("WC", "Women's and Children's Pavilion", "WARD"),
    ("IM", "Imaging Centre", "IMAGING"),
    ("RC", "Rehabilitation Centre", "WARD"),
    ("RI", "Research Institute", "LABORATORY"),
    ("AD", "Administration", "OFFICE"),
    ("ED", "Education Centre", "OFFICE"),
)

ROOM_WORDS = {
    "WARD": ("Patient room", "Treatment room", "Nurses' station", "Isolation room", "Day room"),
    "OFFICE": ("Office", "Meeting room", "Consulting room", "Waiting area", "Archive"),
    "LABORATORY": ("Laboratory", "Cold store", "Sample reception", "Microscopy", "Preparation room"),
    "IMAGING": ("Scanner room", "Control room", "Reading room", "Contrast preparation", "Changing room"),
    "OPERATING_THEATRE": ("Operating theatre",),
}

MAKERS = {
    "Switchgear": ("Brightline", "Voltara"),
    "Ups": ("Corvex", "Powerhold"),
    "Generator": ("Dynaset", "Granger Power"),
    "Chiller": ("Coldspring", "Aerotherm"),
    "Pump": ("Hydrana", "Fluxwell"),
    "AirHandler": ("Aerotherm", "Ventoria"),
    "Server": ("Meridian Systems", "Basalt"),
    "Switch": ("Netforge", "Lumen Networks"),
    "Sensor": ("Sensica", "Tracewell"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A cluster of servers: how many members, how many of them must be up."""

    code: str
    name: str
    software: str
    members: int
    needs: int


PLATFORMS = (
    Platform(code="PRDB", name="Patient record database", software="PostgreSQL", members=3, needs=2),
    Platform(code="PACS", name="Image archive storage", software="Ceph", members=5, needs=3),
    Platform(code="LISDB", name="Laboratory database", software="PostgreSQL", members=3, needs=2),
    Platform(code="IDM", name="Directory servers", software="OpenLDAP", members=2, needs=1),
    Platform(code="MQ", name="Message broker", software="Kafka", members=3, needs=2),
    Platform(code="K8S1", name="Container platform 1", software="Kubernetes", members=6, needs=4),
    Platform(code="K8S2", name="Container platform 2", software="Kubernetes", members=6, needs=4),
    Platform(code="VM1", name="Virtual machines 1", software="KVM", members=4, needs=3),
    Platform(code="ERPDB", name="Administration database", software="PostgreSQL", members=2, needs=1),
    Platform(code="BACK", name="Backup storage", software="Ceph", members=4, needs=2),
)

# code, name, platform, services it requires
SERVICES = (
    ("SSO", "Single sign-on", "IDM", ()),
    ("EVT", "Event exchange", "MQ", ()),
    ("PRS", "Patient record service", "PRDB", ("SSO", "EVT")),
    ("IMG", "Image service", "PACS", ("SSO",)),
    ("LAB", "Laboratory results service", "LISDB", ("SSO", "EVT")),
    ("MED", "Medication service", "K8S1", ("PRS", "SSO")),
    ("ORD", "Order entry service", "K8S1", ("PRS", "LAB", "IMG")),
    ("SCH", "Scheduling service", "K8S2", ("SSO", "EVT")),
    ("BIL", "Billing service", "ERPDB", ("SSO", "EVT")),
    ("TEL", "Telephony", "VM1", ()),
    ("BCK", "Backup service", "BACK", ()),
)

# code, name, platform, services it requires
APPLICATIONS = (
    ("EHR", "Electronic health record", "K8S1", ("PRS", "ORD", "MED")),
    ("PACSV", "Image viewer", "K8S2", ("IMG", "SSO")),
    ("LIMS", "Laboratory desk", "K8S2", ("LAB",)),
    ("ORM", "Theatre planning", "K8S2", ("SCH", "PRS")),
    ("PHA", "Pharmacy dispensing", "K8S1", ("MED",)),
    ("ERP", "Finance and procurement", "VM1", ("BIL",)),
    ("PORT", "Patient portal", "K8S2", ("SCH", "PRS")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """A function: what it depends on, with the share of it that is lost without."""

    code: str
    kind: str
    name: str
    tier: str
    needs: tuple[tuple[str, float], ...]


PURPOSES = (
    Purpose(
        code="EMER",
        kind="ClinicalFunction",
        name="Emergency care",
        tier="LIFE_SAFETY",
        needs=(("EHR", 0.5), ("PACSV", 0.3), ("TEL", 0.2)),
    ),
    Purpose(
        code="SURG", kind="ClinicalFunction", name="Surgery", tier="LIFE_SAFETY", needs=(("EHR", 0.4), ("ORM", 0.2))
    ),
    Purpose(code="ICU", kind="ClinicalFunction", name="Intensive care", tier="LIFE_SAFETY", needs=(("EHR", 0.4),)),
    Purpose(code="RAD", kind="ClinicalFunction", name="Radiology", tier="CRITICAL", needs=(("PACSV", 1.0),)),
    Purpose(
        code="DIAG", kind="ClinicalFunction", name="Laboratory diagnostics", tier="CRITICAL", needs=(("LIMS", 0.8),)
    ),
    Purpose(code="PHARM", kind="ClinicalFunction", name="Pharmacy", tier="CRITICAL", needs=(("PHA", 0.7),)),
    Purpose(
        code="OUT",
        kind="ClinicalFunction",
        name="Outpatient consultations",
        tier="IMPORTANT",
        needs=(("EHR", 0.6), ("PORT", 0.2)),
    ),
    Purpose(code="FIN", kind="BusinessFunction", name="Billing", tier="IMPORTANT", needs=(("ERP", 1.0),)),
)

"""Invented names and descriptions. No person, provider or product is meant."""

FIRST_NAMES = (
    "Abriella", "Adalmo", "Aïnhara", "Albrecia", "Anne-Lisbet", "Ardenio", "Astrielle", "Baldino",
    "Béatrissa", "Benvolia", "Brisandre", "Calliopa", "Casimera", "Célandine", "Corvino", "D'Anjela",
    "Dalmira", "Delphinio", "Doríana", "Eliandro", "Elzéara", "Emerentia", "Fabrizelle", "Faustinho",
    "Fiorelma", "Galadriella", "Ginevro", "Hyacintha", "Idalécio", "Ilsabet", "Isandro", "Jaciara",
    "Jean-Corin", "Jocastra", "Kaelindra", "Lavrenti", "Leocádia", "Liorella", "Lucjana", "Maelisande",
    "Marcelún", "Mirabeau", "Nathalindo", "Niamhara", "Noémira", "Odalys-Ann", "Olindro", "Ophéline",
    "Pasqualma", "Perpetuo", "Quillan", "Rafaëlla", "Rosalindo", "Sabrienne", "Séverina", "Solvejgra",
    "Taciana", "Thibaldo", "Ulyssa", "Valtencir", "Vérane", "Wendelmar", "Xiomarra", "Yolandre", "Zéphine",
    "Zuleimar",
)  # fmt: skip

LAST_NAMES = (
    "Abernuthe", "Almeidora", "Ansbachler", "Aragonez-Pell", "Ashgrovenor", "Barrowmere", "Bellefontayne",
    "Birchwold", "Brackenfell", "Calderóne", "Carverdale", "Castelhano", "Cloverleigh", "Cordovan",
    "D'Ambrosette", "Dalrympole", "Delacroisse", "Dunmorrow", "Eastonbury", "Elderwine", "Escarpa",
    "Fairweatherby", "Fennimoor", "Figueirosa", "Foxcrofter", "Galbraithe", "Garrisonde", "Glenhollow",
    "Gonçalvino", "Hawthornby", "Heatherstone", "Hollisworth", "Iglesiandro", "Inverlochy", "Jørgendahl",
    "Juniperus", "Kestrelman", "Kingsmorrow", "Lachapellier", "Larkenfield", "Lindqvistad", "Lorimande",
    "MacAllistair", "Maplethornton", "Marchbanksy", "Mendonçara", "Merriwold", "Müllerhaus", "Nakamurata",
    "Nightingdale", "Northerley", "O'Branaghan", "O'Quillan", "Oakenshaw", "Ostrowskaja", "Parmenterre",
    "Pemberlaine", "Penhallowick", "Quesadilho", "Quincebury", "Ravensworth", "Restrepano", "Rosenbaumer",
    "Sá-Pinheira", "Saltonsdale", "Sandovalle", "Silverthorne", "St. Clairmont", "Sycamorra", "Thistledown",
    "Tremblayne", "Trần-Oakes", "Umberfield", "Vandermeerlo", "Vasconçal", "Wainscotte", "Westmarche",
    "Whitcombley", "Windermoor", "Yarrowby", "Ybarrola", "Zamudiano", "Zielinskaja",
)  # fmt: skip

LANGUAGES = {
    "English": 0.60,
    "Spanish": 0.15,
    "Portuguese": 0.06,
    "Haitian Creole": 0.05,
    "Chinese": 0.04,
    "Vietnamese": 0.03,
    "Khmer": 0.02,
    "Russian": 0.02,
    "Cape Verdean Creole": 0.02,
    "Arabic": 0.01,
}

COUNTIES = {
    "Suffolk": 0.24,
    "Middlesex": 0.17,
    "Worcester": 0.15,
    "Essex": 0.14,
    "Hampden": 0.12,
    "Bristol": 0.08,
    "Norfolk": 0.05,
    "Plymouth": 0.05,
}

SERVICES = {
    "E0601": "continuous positive airway pressure device",
    "K0823": "power wheelchair",
    "E0260": "hospital bed",
    "S5130": "homemaker service, 15 minutes",
    "T1019": "personal care service, 15 minutes",
    "G0299": "skilled nursing visit at home",
    "G0151": "physical therapy visit at home",
    "97110": "therapeutic exercise",
    "70553": "MRI of the brain with and without contrast",
    "72148": "MRI of the lumbar spine",
    "74177": "CT of abdomen and pelvis with contrast",
    "27447": "total knee replacement",
    "43775": "sleeve gastrectomy",
    "A0428": "non-emergency ambulance transport",
    "D7140": "tooth extraction",
    "D5110": "complete upper denture",
    "V5261": "hearing aid, both ears",
    "S0215": "non-emergency transportation by mile",
    "T2003": "non-emergency transportation, one trip",
    "E1390": "oxygen concentrator",
}

BEHAVIORAL_SERVICES = {
    "90837": "psychotherapy, 60 minutes",
    "H0015": "intensive outpatient treatment",
    "H2036": "residential program day",
    "90870": "electroconvulsive therapy",
    "96130": "psychological testing",
    "H0040": "assertive community treatment",
}

PART_B_DRUGS = {
    "J9271": "pembrolizumab infusion",
    "J0178": "aflibercept injection",
    "J1745": "infliximab infusion",
    "J0897": "denosumab injection",
    "J2350": "ocrelizumab infusion",
    "J7323": "hyaluronan knee injection",
}

PART_D_DRUGS = (
    "Apixaban 5 mg tablet",
    "Semaglutide 1 mg pen",
    "Empagliflozin 10 mg tablet",
    "Tiotropium 18 mcg capsule",
    "Lurasidone 40 mg tablet",
    "Adalimumab 40 mg syringe",
    "Insulin glargine 100 units/mL pen",
    "Sacubitril 49 mg with valsartan 51 mg tablet",
    "Dupilumab 300 mg syringe",
    "Oxycodone 10 mg tablet",
)

DENIAL_REASONS = (
    "the records sent do not show that the coverage criteria are met",
    "a less intensive service meets the need shown in the records",
    "the item is not a covered benefit of the plan",
    "the records of the last visit were not received",
    "the amount asked for exceeds what the assessment supports",
)

DISMISSAL_REASONS = (
    "no valid appointment of representative was received in time",
    "the request was for a service the enrollee had already received",
    "the person who asked is not a proper party",
)

GRIEVANCES = {
    "Access to care": "waited several weeks for an appointment with a specialist",
    "Customer service": "was given different answers by two service representatives",
    "Transportation": "says that the ride to a dialysis appointment came an hour late",
    "Quality of care": "believes that a home health aide did not follow the care plan",
    "Billing": "received a bill from a provider although there is no cost sharing",
    "Care coordination": "could not reach the care coordinator for two weeks",
    "Marketing and materials": "did not receive the new member card",
    "Accessibility": "says that the office had no ramp and no interpreter was offered",
}

EXPEDITED_GRIEVANCE = "disagrees that the plan took more time or refused to expedite the request"
PART_D_GRIEVANCE = "the pharmacy could not fill the prescription on the first visit"
DISMISSAL = "Dismissed: the person who filed it had no authority to do so."
RESOLUTION = "Reviewed with the responsible department, explained to the enrollee, and followed up."
INCIDENTS = (
    "Fall with injury",
    "Missed essential service",
    "Suspected neglect",
    "Suspected exploitation",
    "Medication error",
    "Missing person",
)

SERVICE_CATEGORIES = {
    "E0601": "equipment", "K0823": "equipment", "E0260": "equipment", "V5261": "equipment",
    "E1390": "equipment", "S5130": "ltss", "T1019": "ltss", "G0299": "home_health_hospice",
    "G0151": "therapies", "97110": "therapies", "70553": "general_outpatient",
    "72148": "general_outpatient", "74177": "general_outpatient", "27447": "general_inpatient",
    "43775": "general_inpatient", "A0428": "transportation", "S0215": "transportation",
    "T2003": "transportation", "D7140": "dental", "D5110": "dental",
    "90837": "outpatient_behavioral_health", "H0015": "outpatient_behavioral_health",
    "H2036": "inpatient_behavioral_health", "90870": "outpatient_behavioral_health",
    "96130": "outpatient_behavioral_health", "H0040": "outpatient_behavioral_health",
    **dict.fromkeys(PART_B_DRUGS, "outpatient_drugs"),
}  # fmt: skip
"""Kind of service by procedure code, as the sample plan sorts its services."""

GRIEVANCE_REASONS = {
    "Access to care": "network_access",
    "Customer service": "customer_service",
    "Transportation": "customer_service",
    "Quality of care": "quality_of_care",
    "Billing": "payment_billing",
    "Care coordination": "care_management",
    "Marketing and materials": "plan_communications",
    "Accessibility": "network_access",
    "Expedited grievance": "expedited_appeal_denied",
    "Pharmacy access": "other",
}
SECOND_REASONS = (
    "plan_communications",
    "untimely_plan_response",
    "suspected_fraud",
    "abuse_neglect_exploitation",
    "other",
)
REOPENING_REASONS = (
    "New and material evidence was sent by the treating provider.",
    "A clerical error was found in the decision.",
    "The decision was reviewed after a complaint.",
)

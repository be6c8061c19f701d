"""Departments a town hall of some size usually has. Knows nothing of Django."""

# Smallest population at which a town hall usually has the department, and its name in Spanish and Catalan.
_USUAL: tuple[tuple[int, str, str], ...] = (
    (0, "Atención Ciudadana", "Oficina d'Atenció Ciutadana"),
    (0, "Secretaría", "Secretaria"),
    (0, "Urbanismo", "Urbanisme"),
    (0, "Padrón de Habitantes", "Padró d'Habitants"),
    (0, "Servicios Sociales", "Serveis Socials"),
    (2_000, "Tributos", "Tributs"),
    (2_000, "Policía Local", "Policia Local"),
    (5_000, "Intervención", "Intervenció"),
    (5_000, "Cultura y Fiestas", "Cultura i Festes"),
    (5_000, "Deportes", "Esports"),
    (10_000, "Educación", "Educació"),
    (10_000, "Medio Ambiente", "Medi Ambient"),
    (20_000, "Recursos Humanos", "Recursos Humans"),
    (20_000, "Promoción Económica", "Promoció Econòmica"),
    (50_000, "Movilidad", "Mobilitat"),
    (50_000, "Contratación", "Contractació"),
)


def starter_set(population: int, language: str) -> list[str]:
    """Names of the departments to begin with, in the municipality's first language."""
    return [catalan if language == "ca" else spanish for least, spanish, catalan in _USUAL if population >= least]

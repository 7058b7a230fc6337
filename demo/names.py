"""Made-up people. Any likeness is chance: first and last names are drawn from common ones."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

_FIRST_NAMES = """
Aaliyah Aaron Abigail Adrián Aisha Alejandro Alicia Amir Ana Andre Angela Anthony Antonio
Beatriz Benjamin Brandon Brianna Caleb Camila Carlos Carmen Charles Chidi Cynthia Daniel
Darius Deborah Deshawn Diego Donna Dwayne Eduardo Elena Elijah Emily Ernesto Esperanza
Fatima Felipe Frank Gabriela George Gloria Grace Guadalupe Hannah Hector Hung Imani Isaac
Isabel Jamal Janet Javier Jerome Jesús Joanna Jorge José Joyce Juan Kayla Keisha Kenneth
Kevin Kiara Lakeisha Latoya Lance Leticia Linh Lorenzo Lucia Luis Malik Marcus María Mateo
Maya Miguel Monica Nadia Naomi Nathaniel Nia Omar Oscar Patrice Pedro Quinn Rafael Raven
Raymond Rebecca Rosa Ruben Samuel Sandra Shanice Sofía Tamika Terrence Thanh Tomás Tyrone
Valeria Vanessa Victor Wanda Wesley Xavier Yolanda Yusuf Zoe
"""

_LAST_NAMES = """
Abbott Acosta Adeyemi Alvarez Anderson Baptiste Barnes Becker Bell Bennett Brooks Bui Byrd
Calderón Campbell Carter Castillo Chambers Chavez Coleman Collins Cooper Cruz Daniels Davis
Delgado Diaz Dixon Dominguez Edwards Ellis Espinoza Estrada Evans Figueroa Fisher Flores
Foster Franklin Garcia Gibson Gomez Graham Grant Greene Griffin Guerrero Hale Hamilton Harris
Hassan Hayes Henderson Hernández Hill Holloway Howard Ibarra Jackson James Jefferson Jenkins
Johnson Jordan Juarez Kelly Kim Lamb Lawson Le Lewis Lopez Lowe Maldonado Marsh Martínez
Mason Medina Mendoza Miller Mitchell Moore Morales Moreno Morris Muñoz Murphy Myers Navarro
Nguyen Núñez Ochoa Okafor Ortiz Owens Parker Patterson Peña Perkins Phillips Pope Porter
Ramirez Ramos Reed Reyes Rhodes Rivera Roberts Robinson Rojas Romero Ruiz Salazar Sanders
Santiago Scott Shaw Silva Simmons Snyder Soto Spencer Stone Tate Thomas Tran Turner Valdez
Vargas Vasquez Vega Walker Walton Ward Washington Webb Wheeler Williams Young Zamora
"""


FIRST = _FIRST_NAMES.split()
LAST = _LAST_NAMES.split()


def people(random: Random) -> Iterator[tuple[str, str]]:
    """(first, last) names without end, no pair twice until all are used."""
    pairs = [(first, last) for first in FIRST for last in LAST]
    random.shuffle(pairs)
    yield from pairs

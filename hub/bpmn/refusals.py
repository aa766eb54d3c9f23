"""The sentences behind `Unreadable` and `ModelWarning`: code → (German, English)."""

from __future__ import annotations

from typing import Final

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "empty": (
        "Die Datei ist leer. Bitte exportieren Sie das Modell noch einmal und laden Sie die neue Datei hoch.",
        "The file is empty. Please export the model again and upload the new file.",
    ),
    "too-large": (
        "Die Datei ist {size} MB groß; erlaubt sind {limit} MB. Bitte teilen Sie das Modell auf"
        " oder entfernen Sie eingebettete Bilder.",
        "The file has {size} MB; {limit} MB are allowed. Please split the model or remove embedded pictures.",
    ),
    "encoding": (
        "Die Zeichenkodierung „{encoding}“ wird nicht unterstützt. Bitte speichern Sie die Datei als UTF-8.",
        "The encoding “{encoding}” is not supported. Please save the file as UTF-8.",
    ),
    "not-decodable": (
        "Die Datei enthält Zeichen, die nicht zur angegebenen Kodierung ({encoding}) passen."
        " Bitte speichern Sie sie als UTF-8.",
        "The file contains characters that do not fit its encoding ({encoding}). Please save it as UTF-8.",
    ),
    "not-xml": (
        "Die Datei ist kein XML und damit kein BPMN-Modell. Bitte exportieren Sie das Modell als „BPMN 2.0 (XML)“.",
        "The file is not XML and therefore not a BPMN model. Please export the model as “BPMN 2.0 (XML)”.",
    ),
    "truncated": (
        "Die Datei bricht vor ihrem Ende ab. Bitte laden Sie sie noch einmal vollständig hoch.",
        "The file stops before its end. Please upload it again in full.",
    ),
    "malformed": (
        "Die Datei ist kein fehlerfreies XML. Bitte exportieren Sie das Modell noch einmal aus Ihrem Werkzeug;"
        " wurde die Datei von Hand geändert, berichtigen Sie die Fundstelle.",
        "The file is not well-formed XML. Please export the model again from your tool;"
        " if the file was edited by hand, correct the place.",
    ),
    "undeclared-prefix": (
        "In der Datei steht ein Name mit einem Präfix (dem Wort vor dem Doppelpunkt), das nirgends erklärt ist."
        " Bitte ergänzen Sie die fehlende xmlns-Angabe im ersten Element oder exportieren Sie das Modell neu.",
        "The file uses a name with a prefix (the word before the colon) that is declared nowhere."
        " Please add the missing xmlns declaration to the first element or export the model again.",
    ),
    "doctype": (
        "Die Datei enthält eine Dokumenttyp-Angabe (DOCTYPE oder ENTITY). Das braucht kein BPMN-Modell und ist aus"
        " Sicherheitsgründen nicht erlaubt. Bitte entfernen Sie die Angabe oder exportieren Sie das Modell neu.",
        "The file contains a document type declaration (DOCTYPE or ENTITY). No BPMN model needs it and it is not"
        " allowed for security reasons. Please remove it or export the model again.",
    ),
    "stylesheet": (
        "Die Datei verweist auf eine Formatvorlage (xml-stylesheet). Das ist aus Sicherheitsgründen nicht erlaubt."
        " Bitte entfernen Sie diese Zeile.",
        "The file refers to a style sheet (xml-stylesheet), which is not allowed for security reasons."
        " Please remove that line.",
    ),
    "not-bpmn": (
        "Die Datei ist XML, aber kein BPMN-2.0-Modell: Das äußerste Element ist „{root}“ statt"
        " „definitions“ aus BPMN 2.0. Bitte exportieren Sie das Modell als „BPMN 2.0 (XML)“.",
        "The file is XML but not a BPMN 2.0 model: its outermost element is “{root}” instead of"
        " BPMN 2.0’s “definitions”. Please export the model as “BPMN 2.0 (XML)”.",
    ),
    "too-deep": (
        "Die Elemente der Datei sind tiefer als {limit} Ebenen ineinander verschachtelt. Das ist kein übliches Modell."
        " Bitte prüfen Sie die Datei in Ihrem Modellierungswerkzeug.",
        "The elements of the file are nested more than {limit} levels deep, which no ordinary model is."
        " Please check the file in your modelling tool.",
    ),
    "too-many-elements": (
        "Die Datei enthält {count} XML-Elemente; erlaubt sind {limit}."
        " Bitte teilen Sie das Modell in Teilprozesse auf.",
        "The file contains {count} XML elements; {limit} are allowed. Please split the model into sub-processes.",
    ),
    "too-many-attributes": (
        "Ein Element der Datei trägt mehr als {limit} Attribute. Das ist kein übliches Modell."
        " Bitte prüfen Sie die Datei in Ihrem Modellierungswerkzeug.",
        "An element of the file has more than {limit} attributes, which no ordinary model has."
        " Please check the file in your modelling tool.",
    ),
    "too-long": (
        "Ein Text in der Datei ist länger als {limit} Zeichen. Bitte kürzen Sie ihn oder entfernen Sie"
        " eingebettete Bilder und Dateien.",
        "A text in the file is longer than {limit} characters."
        " Please shorten it or remove embedded pictures and files.",
    ),
}

WARNINGS: Final[dict[str, tuple[str, str]]] = {
    "duplicate-id": (
        "Die Kennung „{value}“ ist mehrfach vergeben. Verweise gelten dem ersten Element mit dieser Kennung.",
        "The id “{value}” is used more than once. References mean the first element with this id.",
    ),
    "missing-id": (
        "Ein Element ({type}) hat keine Kennung; der Hub vergibt ersatzweise „{value}“.",
        "An element ({type}) has no id; the hub calls it “{value}” instead.",
    ),
    "dangling-reference": (
        "Der Verweis {attribute} auf „{value}“ führt ins Leere: Dieses Element gibt es im Modell nicht.",
        "The reference {attribute} to “{value}” leads nowhere: there is no such element in the model.",
    ),
    "missing-end": (
        "Ein Fluss ({type}) ist nicht an beiden Enden verbunden.",
        "A flow ({type}) is not connected at both ends.",
    ),
    "no-diagram": (
        "Das Modell enthält keine Zeichnung (Diagrammdaten). Der Hub ordnet die Elemente selbst an.",
        "The model contains no drawing (diagram data). The hub arranges the elements itself.",
    ),
    "dangling-shape": (
        "Die Zeichnung enthält eine Figur für „{value}“; dieses Element gibt es im Modell nicht.",
        "The drawing has a shape for “{value}”, which is not in the model.",
    ),
    "bad-shape": (
        "Eine Figur der Zeichnung hat keine brauchbaren Maße und wird nicht gezeigt.",
        "A shape of the drawing has no usable measures and is not shown.",
    ),
    "not-drawn": (
        "Das Element „{value}“ ({type}) kommt in der Zeichnung nicht vor.",
        "The element “{value}” ({type}) is missing from the drawing.",
    ),
    "unknown-element": (
        "Das Element „{value}“ gehört nicht zu BPMN 2.0; es bleibt in der Datei, wird aber nicht ausgewertet.",
        "The element “{value}” is not part of BPMN 2.0; it is kept in the file but not interpreted.",
    ),
    "long-name": (
        "Ein Name ist länger als {value} Zeichen und wird gekürzt angezeigt.",
        "A name is longer than {value} characters and is shown shortened.",
    ),
    "no-target-namespace": (
        "Dem Modell fehlt die vorgeschriebene Angabe targetNamespace.",
        "The model lacks the required targetNamespace.",
    ),
    "encoding-label": (
        "Die Datei nennt UTF-16 als Kodierung, ist aber nicht so gespeichert; sie wurde als UTF-8 gelesen.",
        "The file claims to be UTF-16 but is not stored so; it was read as UTF-8.",
    ),
}

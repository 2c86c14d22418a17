"""What people call the columns of tables: of the path, the class, the split and the group, in several languages."""

from __future__ import annotations

import re
import unicodedata

PATHS = {
    *("path", "file", "filename", "filepath", "image", "imagepath", "imagefile", "imagename", "img", "picture"),
    *("imageid", "id", "idcode", "imageurl", "url", "imgname", "imgpath", "imgid", "filenames", "uri", "photo"),
    *("datei", "dateiname", "bild", "bildname", "bilddatei", "foto", "pfad"),
    *("fichier", "nomfichier", "chemin", "archivo", "fichero", "imagen", "ruta", "arquivo", "imagem", "immagine"),
    *("파일", "파일명", "파일이름", "파일경로", "이미지", "이미지명", "이미지파일", "사진", "사진명", "경로"),
    *("ファイル", "ファイル名", "画像", "画像名", "画像ファイル", "写真", "パス"),
    *("文件", "文件名", "图片", "图片名", "图片名称", "图像", "图像名", "路径", "檔案", "檔名", "圖片", "影像"),
}
# The first one that a table has is taken.
CLASSES = (
    *("classname", "labelname", "categoryname", "class", "label", "category", "classid", "labelid", "target", "breed"),
    *("choice", "labels", "classes", "species", "diagnosis", "dx", "emotion", "type", "categoryid"),
    *("klasse", "art", "artname", "spezies", "kategorie", "sorte", "diagnose", "soort", "klass"),
    *("classe", "espece", "categorie", "etiquette", "diagnostic", "clase", "especie", "categoria", "etiqueta"),
    *("diagnostico", "specie", "etichetta", "diagnosi", "rotulo", "класс", "метка", "категория", "вид"),
    *(
        "클래스",
        "클래스명",
        "라벨",
        "레이블",
        "분류",
        "분류명",
        "종",
        "종명",
        "종류",
        "품종",
        "범주",
        "카테고리",
        "진단",
        "진단명",
    ),
    *("クラス", "クラス名", "ラベル", "分類", "種", "種名", "種類", "カテゴリ", "カテゴリー", "品種", "診断", "診断名"),
    *("类别", "类别名", "类别名称", "类名", "标签", "分类", "种类", "物种", "物种名", "品种", "诊断"),
    *("類別", "標籤", "物種", "診斷"),
)
CLASS_END = re.compile(
    r"label(?:s|name)?|class(?:name)?|category(?:name)?|species|breed|diagnosis|disease|klasse|kategorie|spezies"
)
SPLITS = {
    *("split", "subset", "set", "partition", "fold", "usage", "isvalid", "isval", "isvalidation", "istest", "istrain"),
    *("istraining", "datasplit", "phase", "teilmenge", "aufteilung", "구분", "분할", "分割", "划分"),
}
GROUPS = (
    *("group", "patient", "lesion", "site", "sequence", "burst", "subject", "individual", "animalid", "session"),
    *("case", "specimen", "slide", "track", "seq", "study"),
    *("standort", "fundort", "환자", "환자번호", "患者", "患者番号", "病人", "患者编号"),
)
_ACCENT = re.compile("[\u0300-\u036f]")


def plain(name: str) -> str:
    """The letters of a column's name without accents and case, as the words here are written."""
    without = _ACCENT.sub("", unicodedata.normalize("NFKD", name.casefold()))
    return "".join(filter(str.isalpha, unicodedata.normalize("NFC", without)))

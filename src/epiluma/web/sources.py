"""What the pages rest on. A page names its sources by key; titles stay in the language they were published in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One publication.

    Attributes:
        title: as it was published.
        publisher: who stands behind it, with journal and page where it has them.
        year: of the edition that was used; empty where the page is kept up to date without one.
        url: where it can be read; empty where it is sold only.
    """

    title: str
    publisher: str
    year: str = ""
    url: str = ""


SOURCES: Mapping[str, Source] = {
    "nice_ng12": Source(
        title="Suspected cancer: recognition and referral (NG12)",
        publisher="National Institute for Health and Care Excellence",
        year="2015, updated since",
        url="https://www.nice.org.uk/guidance/ng12",
    ),
    "nice_ng14": Source(
        title="Melanoma: assessment and management (NG14)",
        publisher="National Institute for Health and Care Excellence",
        year="2015, updated 2022",
        url="https://www.nice.org.uk/guidance/ng14",
    ),
    "who_skin": Source(
        title="WHO Classification of Skin Tumours, 4th edition",
        publisher="International Agency for Research on Cancer",
        year="2018",
    ),
    "bad_bcc": Source(
        title=(
            "British Association of Dermatologists guidelines for the management of adults with basal "
            "cell carcinoma 2021"
        ),
        publisher="British Journal of Dermatology 185:899-920",
        year="2021",
    ),
    "bad_ak": Source(
        title=(
            "British Association of Dermatologists' guidelines for the care of patients with actinic keratosis 2017"
        ),
        publisher="British Journal of Dermatology 176:20-43",
        year="2017",
    ),
    "bad_bowen": Source(
        title=(
            "British Association of Dermatologists guidelines for the management of people with "
            "squamous cell carcinoma in situ (Bowen disease) 2022"
        ),
        publisher="British Journal of Dermatology 188:186-194",
        year="2023",
    ),
    "criscione": Source(
        title=(
            "Actinic keratoses: natural history and risk of malignant transformation in the Veterans "
            "Affairs Topical Tretinoin Chemoprevention Trial"
        ),
        publisher="Criscione and others, Cancer 115:2523-2530",
        year="2009",
        url="https://doi.org/10.1002/cncr.24284",
    ),
    "dermnet_ak": Source(
        title="Actinic keratosis",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/actinic-keratosis",
    ),
    "dermnet_bcc": Source(
        title="Basal cell carcinoma",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/basal-cell-carcinoma",
    ),
    "dermnet_sk": Source(
        title="Seborrhoeic keratosis",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/seborrhoeic-keratosis",
    ),
    "dermnet_lpk": Source(
        title="Lichenoid keratosis",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/lichenoid-keratosis",
    ),
    "dermnet_df": Source(
        title="Dermatofibroma",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/dermatofibroma",
    ),
    "dermnet_mel": Source(
        title="Melanoma",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/melanoma",
    ),
    "dermnet_nv": Source(
        title="Melanocytic naevus",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/melanocytic-naevus",
    ),
    "dermnet_angioma": Source(
        title="Cherry angioma",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/cherry-angioma",
    ),
    "dermnet_pg": Source(
        title="Pyogenic granuloma",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/pyogenic-granuloma",
    ),
    "dermnet_angiokeratoma": Source(
        title="Angiokeratoma",
        publisher="DermNet",
        url="https://dermnetnz.org/topics/angiokeratoma",
    ),
    "statpearls_sk": Source(
        title="Seborrheic Keratosis",
        publisher="StatPearls Publishing",
    ),
    "statpearls_df": Source(
        title="Dermatofibroma",
        publisher="StatPearls Publishing",
    ),
    "statpearls_angioma": Source(
        title="Cherry Hemangioma",
        publisher="StatPearls Publishing",
    ),
    "zaballos": Source(
        title="Dermoscopy of dermatofibromas: a prospective morphological study of 412 cases",
        publisher="Zaballos and others, Archives of Dermatology 144:75-83",
        year="2008",
    ),
    "pampena": Source(
        title="A meta-analysis of nevus-associated melanoma: prevalence and practical implications",
        publisher="Pampena and others, Journal of the American Academy of Dermatology 77:938-945",
        year="2017",
        url="https://doi.org/10.1016/j.jaad.2017.06.149",
    ),
    "cochrane": Source(
        title="Dermoscopy, with and without visual inspection, for diagnosing melanoma in adults",
        publisher="Dinnes and others, Cochrane Database of Systematic Reviews, CD011902",
        year="2018",
        url="https://doi.org/10.1002/14651858.CD011902.pub2",
    ),
    "terms": Source(
        title=(
            "Standardization of terminology in dermoscopy/dermatoscopy: results of the third consensus "
            "conference of the International Society of Dermoscopy"
        ),
        publisher="Kittler and others, Journal of the American Academy of Dermatology 74:1093-1106",
        year="2016",
    ),
    "abcde": Source(
        title="Early diagnosis of cutaneous melanoma: revisiting the ABCD criteria",
        publisher="Abbasi and others, JAMA 292:2771-2776",
        year="2004",
    ),
    "aad_abcde": Source(
        title="What to look for: ABCDEs of melanoma",
        publisher="American Academy of Dermatology",
        url="https://www.aad.org/public/diseases/skin-cancer/find/at-risk/abcdes",
    ),
    "iarc_skin": Source(
        title="Skin cancer",
        publisher="International Agency for Research on Cancer, figures for 2022",
        url="https://www.iarc.who.int/cancer-type/skin-cancer/",
    ),
    "wang": Source(
        title="Recent global patterns in skin cancer incidence, mortality, and prevalence",
        publisher="Wang, Gao and Zhang, Chinese Medical Journal, on GLOBOCAN 2022",
        year="2024",
        url="https://doi.org/10.1097/cm9.0000000000003416",
    ),
    "arnold": Source(
        title="Global burden of cutaneous melanoma in 2020 and projections to 2040",
        publisher="Arnold and others, JAMA Dermatology 158:495-503",
        year="2022",
    ),
    "acs": Source(
        title="Cancer Facts & Figures 2024",
        publisher="American Cancer Society, survival from the SEER registries, people diagnosed 2013 to 2019",
        year="2024",
    ),
    "ajcc": Source(
        title=(
            "Melanoma staging: evidence-based changes in the American Joint Committee on Cancer eighth "
            "edition cancer staging manual"
        ),
        publisher="Gershenwald and others, CA: A Cancer Journal for Clinicians 67:472-492",
        year="2017",
        url="https://doi.org/10.3322/caac.21409",
    ),
    "uspstf": Source(
        title="Screening for skin cancer: US Preventive Services Task Force recommendation statement",
        publisher="JAMA 329:1290-1295",
        year="2023",
        url="https://www.uspreventiveservicestaskforce.org/uspstf/recommendation/skin-cancer-screening",
    ),
    "welch": Source(
        title="The rapid rise in cutaneous melanoma diagnoses",
        publisher="Welch, Mazer and Adamson, New England Journal of Medicine 384:72-79",
        year="2021",
    ),
    "adamson": Source(
        title="Ecological study estimating melanoma overdiagnosis in the USA using the lifetime risk method",
        publisher="Adamson and others, BMJ Evidence-Based Medicine 29:156-161",
        year="2024",
        url="https://doi.org/10.1136/bmjebm-2023-112460",
    ),
    "ham10000": Source(
        title=(
            "The HAM10000 dataset, a large collection of multi-source dermatoscopic images of common "
            "pigmented skin lesions"
        ),
        publisher="Tschandl, Rosendahl and Kittler, Scientific Data 5:180161",
        year="2018",
        url="https://doi.org/10.1038/sdata.2018.161",
    ),
    "imaging": Source(
        title="Technique standards for skin lesion imaging: a Delphi consensus statement",
        publisher="Katragadda and others, JAMA Dermatology 153:207-213",
        year="2017",
    ),
    "wen": Source(
        title="Characteristics of publicly available skin cancer image datasets: a systematic review",
        publisher="Wen and others, The Lancet Digital Health 4:e64-e74",
        year="2022",
    ),
    "daneshjou": Source(
        title="Disparities in dermatology AI performance on a diverse, curated clinical image set",
        publisher="Daneshjou and others, Science Advances 8:eabq6147",
        year="2022",
    ),
    "winkler": Source(
        title=(
            "Association between surgical skin markings in dermoscopic images and diagnostic "
            "performance of a deep learning convolutional neural network for melanoma recognition"
        ),
        publisher="Winkler and others, JAMA Dermatology 155:1135-1141",
        year="2019",
    ),
    "collaboration": Source(
        title="Human-computer collaboration for skin cancer recognition",
        publisher="Tschandl and others, Nature Medicine 26:1229-1234",
        year="2020",
    ),
    "sanity": Source(
        title="Sanity checks for saliency maps",
        publisher="Adebayo and others, Advances in Neural Information Processing Systems 31",
        year="2018",
    ),
    "mobilenet_v2": Source(
        title="MobileNetV2: Inverted Residuals and Linear Bottlenecks",
        publisher="Sandler and others, IEEE Conference on Computer Vision and Pattern Recognition",
        year="2018",
        url="https://arxiv.org/abs/1801.04381",
    ),
    "imagenet": Source(
        title="ImageNet Large Scale Visual Recognition Challenge",
        publisher="Russakovsky and others, International Journal of Computer Vision 115:211-252",
        year="2015",
        url="https://arxiv.org/abs/1409.0575",
    ),
    "guo": Source(
        title="On Calibration of Modern Neural Networks",
        publisher="Guo and others, International Conference on Machine Learning",
        year="2017",
        url="https://arxiv.org/abs/1706.04599",
    ),
}

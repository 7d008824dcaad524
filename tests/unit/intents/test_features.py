from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import features

if TYPE_CHECKING:  # scikit-learn takes seconds to import, in each process that collects the tests
    from sklearn.feature_extraction.text import TfidfVectorizer

TEXTS = [
    "The consultants just cross their arms in every workshop",
    "a  b\tlong   word, and a short one",
    "ICB & PCN don't agree on the CIP",
    "naïve café 2.5m £££ ½",
    "the the the workshop",
]


@pytest.fixture(scope="module")
def pairs() -> "list[tuple[TfidfVectorizer, str]]":
    from sklearn.feature_extraction.text import TfidfVectorizer

    return [
        (TfidfVectorizer(analyzer="word", ngram_range=(1, 2), sublinear_tf=True).fit(TEXTS), "words"),
        (TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True).fit(TEXTS), "letters"),
    ]


@given(st.text(max_size=120))
def test_the_same_ngrams_as_scikit_learn(text: str) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(analyzer="word", ngram_range=features.WORD_RANGE).build_analyzer()
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=features.LETTER_RANGE).build_analyzer()
    assert features.list_word_ngrams(text) == words(text)
    assert sorted(features.list_letter_ngrams(text)) == sorted(letters(text))


@given(text=st.text(alphabet="the workshopICBcafé é,.'2 \t", max_size=80))
def test_the_same_weights_as_scikit_learn(pairs: "list[tuple[TfidfVectorizer, str]]", text: str) -> None:
    learnt = features.learn_features(TEXTS, least_words=1, least_letters=2)
    for vectoriser, name in pairs:
        block = getattr(learnt, name)
        ngrams = features.list_word_ngrams(text) if name == "words" else features.list_letter_ngrams(text)
        columns, values = block.weigh_ngrams(ngrams)
        dense = np.zeros(len(block.idf))
        dense[columns] = values
        np.testing.assert_allclose(dense, vectoriser.transform([text]).toarray()[0], atol=1e-6)


def test_rows_and_matrix_agree() -> None:
    learnt = features.learn_features(TEXTS, least_letters=1)
    matrix = learnt.compute_matrix(TEXTS).toarray()
    assert matrix.shape == (len(TEXTS), learnt.width)
    columns, values = learnt.compute_row(TEXTS[0])
    np.testing.assert_allclose(matrix[0][columns], values)
    assert np.count_nonzero(matrix[0]) == len(columns)


def test_unknown_text_has_no_features() -> None:
    columns, values = features.learn_features(TEXTS).compute_row("\u4f60\u597d")
    assert len(columns) == len(values) == 0

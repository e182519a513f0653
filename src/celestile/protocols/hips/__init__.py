"""HiPS 1.0 (IVOA Recommendation of 19 May 2017): every image of the sky is a survey."""

# 1 November, seen from today. Since then: the prescriptions API was hardened; a merge broke jobs/stocktake.yaml.
was jobs/stocktake.yaml 's/^            image:/              image:/' '1d'
was apps/prescriptions/api.yaml '/readOnlyRootFilesystem/d' 's/, ephemeral-storage: 512Mi//' '/^            limits:/d'
